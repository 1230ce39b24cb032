package io.pharos.kit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class SecretSealTest {
    private final SecretSeal seal = new SecretSeal("installation", "access keys");

    @Test
    void opensWhatItSealed() {
        var sealed = seal.seal("AKIA1", "secret");
        assertThat(new String(sealed, java.nio.charset.StandardCharsets.ISO_8859_1))
                .doesNotContain("secret");
        assertThat(seal.open("AKIA1", sealed)).isEqualTo("secret");
    }

    @Test
    void refusesAnotherOwnerInstallationAndPurpose() {
        var sealed = seal.seal("AKIA1", "secret");
        assertThatThrownBy(() -> seal.open("AKIA2", sealed))
                .isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> new SecretSeal("other", "access keys").open("AKIA1", sealed))
                .isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> new SecretSeal("installation", "others").open("AKIA1", sealed))
                .isInstanceOf(IllegalStateException.class);
    }
}
