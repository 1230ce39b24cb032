package io.pharos.logs;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

import io.pharos.logs.ingest.LogTap;
import io.pharos.testkit.contract.HouseRules;

@AnalyzeClasses(packages = "io.pharos.logs", importOptions = DoNotIncludeTests.class)
class ArchitectureTest {
    /// But a tap: what it writes commits with the arrival.
    @ArchTest static final ArchRule domain = HouseRules.domainIsPlainJava(LogTap.class);

    @ArchTest static final ArchRule time = HouseRules.timeComesIn();
    @ArchTest static final ArchRule cycles = HouseRules.featuresHaveNoCycles();
}
