package io.pharos.kit;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class GlobTest {
    @Test
    void globsMatchInLinearTime() {
        assertThat(Glob.matches("a*b?d", "axxbcd")).isTrue();
        assertThat(Glob.matches("a*b?d", "axxbd")).isFalse();
        assertThat(Glob.matches("*a*a*a*a*a*a*a*a*b", "a".repeat(2_000))).isFalse();
        assertThat(Glob.matches("", "")).isTrue();
        assertThat(Glob.matches("***", "x")).isTrue();
    }
}
