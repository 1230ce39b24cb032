package io.pharos.testkit.contract;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.lang.ArchRule;

import java.time.Instant;
import java.util.Arrays;

/// How every service is built: features that do not lean on each other in circles, decisions in plain
/// Java, effects in the adapter packages of a feature, time as an argument.
public final class HouseRules {
    private static final String[] ADAPTERS = {
        "..api..",
        "..http..",
        "..kafka..",
        "..mail..",
        "..pg..",
        "..schedule..",
        "..config..",
        // Below a feature: `logs.stream` and `events.stream` are features themselves.
        "io.pharos.*.*.stream.."
    };

    private HouseRules() {}

    /// @param inTransaction what is given somebody else's transaction to write in, so that it commits with it
    public static ArchRule domainIsPlainJava(Class<?>... inTransaction) {
        return noClasses()
                .that()
                .resideOutsideOfPackages(ADAPTERS)
                .and(areNoneOf(inTransaction))
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "io.quarkus..",
                        "io.smallrye..",
                        "jakarta..",
                        "java.sql..",
                        "org.apache.kafka..");
    }

    public static ArchRule timeComesIn() {
        return noClasses()
                .should()
                .callMethod(Instant.class, "now")
                .orShould()
                .callMethod(System.class, "currentTimeMillis");
    }

    public static ArchRule featuresHaveNoCycles() {
        return slices().matching("io.pharos.*.(*)..").should().beFreeOfCycles();
    }

    private static DescribedPredicate<JavaClass> areNoneOf(Class<?>... types) {
        return DescribedPredicate.describe(
                "are none of " + Arrays.toString(types),
                type -> Arrays.stream(types).noneMatch(type::isAssignableTo));
    }
}
