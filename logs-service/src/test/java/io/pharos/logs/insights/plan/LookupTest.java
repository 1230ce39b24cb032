package io.pharos.logs.insights.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pharos.logs.insights.InsightsQuery;
import io.pharos.logs.lookup.CsvTable;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import software.amazon.awssdk.services.cloudwatchlogs.model.MalformedQueryException;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What `lookup` and `cidrlookup` add to known events.
class LookupTest {
    private static final Map<String, CsvTable> TABLES =
            Map.of(
                    "users",
                            CsvTable.parse(
                                    """
                                    user,level,name,team
                                    alice,INFO,"Alice, A.",red
                                    alice,ERROR,Alice at fault,
                                    bob,,Bob,blue
                                    bob,,Second Bob,green
                                    """),
                    "codes", CsvTable.parse("code,meaning,ms\n500,broken,\n200.0,fine,0\n"),
                    "nets",
                            CsvTable.parse(
                                    """
                                    owner,cidr
                                    all,10.0.0.0/8
                                    none,no network
                                    lab,10.1.2.0/24
                                    host,10.1.2.9
                                    six,2001:db8::/33
                                    any,0.0.0.0/0
                                    """));

    private static List<String> answer(String query) {
        return GoldenEvents.answer("app", query, name -> Optional.ofNullable(TABLES.get(name)));
    }

    @ParameterizedTest
    @CsvSource(
            delimiterString = "=>",
            textBlock =
"""
filter req.id = "r1" | lookup users user OUTPUT name | display name => name=Alice, A.
filter req.id in ["r1","r2"] | sort @timestamp asc | fields req.id | lookup users user OUTPUT name as who, team => req.id=r1 who=Alice, A. team=red; req.id=r2 who=Bob team=blue
filter req.id = "r1" | fields "ERROR" as l | lookup users user, level as l OUTPUT name => l=ERROR name=Alice at fault
filter req.id = "r1" | fields "nobody" as u | lookup users user as u OUTPUT name => u=nobody
filter req.id = "r1" | fields user | lookup codes code as ms OUTPUT meaning => user=alice
filter code = 500 | limit 1 | lookup codes code OUTPUT meaning | display meaning => meaning=broken
filter code = 200 | sort @timestamp asc | limit 1 | fields ms | lookup codes code OUTPUT ms => ms=0
filter code = 200 | sort @timestamp asc | limit 1 | fields ms | lookup codes code OUTPUTNEW ms, meaning => ms=12 meaning=fine
stats count(*) as n by user | filter user = "bob" | lookup users user OUTPUT team => user=bob n=3 team=blue
lookup users user OUTPUT team | filter team = "red" | stats count(*) as n => n=3
fields "10.1.2.3" as ip | limit 1 | cidrlookup nets ip as cidr OUTPUT owner => ip=10.1.2.3 owner=lab
fields "10.1.2.9" as cidr | limit 1 | cidrlookup nets cidr OUTPUT owner | display owner => owner=host
fields "10.200.0.1" as ip | limit 1 | cidrlookup nets ip as cidr OUTPUT owner as team | display team => team=all
fields "192.168.0.1" as ip | limit 1 | cidrlookup nets ip as cidr OUTPUT owner | display owner => owner=any
fields "2001:db8:7fff::1" as ip | limit 1 | cidrlookup nets ip as cidr OUTPUT owner | display owner => owner=six
fields "2001:db8:8000::1" as ip | limit 1 | cidrlookup nets ip as cidr OUTPUT owner => ip=2001:db8:8000::1
fields "no address" as ip | limit 1 | cidrlookup nets ip as cidr OUTPUT owner => ip=no address
filter user in (SOURCE "app" | lookup users user OUTPUT team | filter team = "blue" | display user) | stats count(*) as n => n=3
""")
    void finds(String query, String rows) {
        assertThat(answer(query)).as(query).isEqualTo(Arrays.asList(rows.split("; ")));
    }

    @Test
    void columnsMustExist() {
        for (var query :
                List.of(
                        "lookup users nobody OUTPUT name",
                        "lookup users user OUTPUT nothing",
                        "cidrlookup nets ip as net OUTPUT owner")) {
            assertThatThrownBy(() -> answer(query))
                    .isInstanceOf(MalformedQueryException.class)
                    .hasMessageContaining(" has no column ");
        }
    }

    @Test
    void aQueryIsCheckedWithColumnsAlone() {
        var inputs =
                QueryPlan.Inputs.CHECK_ONLY.with(
                        _ -> Optional.of(new CsvTable(List.of("user", "name"), 0, "")));
        var query = InsightsQuery.parse("lookup users user OUTPUT name");
        assertThat(QueryPlan.of(query, GoldenEvents.TIMES, 10, inputs).columns()).contains("name");
    }

    @Test
    void tablesAreBoundedTogether() {
        var big = new StringBuilder("k,v\n");
        for (var i = 0; i < 300_000; i++) {
            big.append(i).append(",some value of number ").append(i).append('\n');
        }
        var table = CsvTable.parse(big.toString());
        assertThat(big.length()).isLessThan(11 << 20);
        var query = "lookup t k OUTPUT v" + " | lookup t k OUTPUT v".repeat(9);
        assertThatThrownBy(() -> GoldenEvents.answer("app", query, _ -> Optional.of(table)))
                .isInstanceOf(QueryTooLarge.class);
    }
}
