package io.pharos.alarms.composite;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;

class FamilyTest {
    @Test
    void parentsComeBehindAllTheyLookAt() {
        assertThat(above("c")).isEmpty();
        assertThat(above("c", "p>c", "q>p")).containsExactly("p", "q");
        // top looks at c itself and at what c moves.
        assertThat(above("c", "top>c", "a>c", "b>a", "top>b")).containsExactly("a", "b", "top");
        assertThat(above("c", "a>c", "b>c", "top>a", "top>b")).endsWith("top").hasSize(3);
        assertThat(above("a", "a>c", "b>c")).isEmpty();
    }

    @Test
    void circlesAreVisitedOnce() {
        assertThat(above("d", "c>d", "d>c")).containsExactly("c");
        assertThat(above("x", "c>x", "c>d", "d>c", "e>d")).containsExactly("c", "d", "e");
    }

    @Test
    void aLongChainIsNoDeepRecursion() {
        var edges = new ArrayList<Family.Edge>();
        for (var i = 0; i < 50_000; i++) {
            edges.add(new Family.Edge("n" + (i + 1), "n" + i));
        }
        assertThat(new Family(edges).above("n0")).hasSize(50_000).endsWith("n50000");
    }

    private static List<String> above(String changed, String... edges) {
        var list = new ArrayList<Family.Edge>();
        for (var edge : edges) {
            var names = edge.split(">", 2);
            list.add(new Family.Edge(names[0], names[1]));
        }
        return new Family(list).above(changed);
    }
}
