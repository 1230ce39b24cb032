package io.pharos.logs;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

import io.pharos.logs.ingest.LogTap;

import java.time.Instant;

@AnalyzeClasses(packages = "io.pharos.logs", importOptions = DoNotIncludeTests.class)
class ArchitectureTest {
    private static final String[] ADAPTERS = {
        "..api..", "..ingest.stream..", "..pg..", "..http..", "..schedule..", "..config.."
    };

    /// But a tap: what it writes commits with the arrival, so it is given the transaction.
    @ArchTest
    static final ArchRule domainIsPlainJava =
            noClasses()
                    .that()
                    .resideOutsideOfPackages(ADAPTERS)
                    .and()
                    .areNotAssignableTo(LogTap.class)
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(
                            "io.quarkus..",
                            "io.smallrye..",
                            "jakarta..",
                            "java.sql..",
                            "org.apache.kafka..");

    @ArchTest
    static final ArchRule timeComesIn =
            noClasses()
                    .should()
                    .callMethod(Instant.class, "now")
                    .orShould()
                    .callMethod(System.class, "currentTimeMillis");

    @ArchTest
    static final ArchRule noCycles =
            slices().matching("io.pharos.logs.(*)..").should().beFreeOfCycles();
}
