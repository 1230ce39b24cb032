package io.pharos.logs.insights.plan;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.List;

/// Every function of the language, once at least: an expression on one known event, and its value.
class FunctionsTest {
    @ParameterizedTest
    @CsvSource(
            delimiterString = "=>",
            textBlock =
"""
abs(0 - ms) => 250
ceil(2.1) => 3
floor(2.9) => 2
greatest(ms, 3, 300) => 300
least(ms, 3, 300) => 3
log(1) => 0
sqrt(ms * 10) => 50
round(2.5) => 3
round(2.345, 2) => 2.35
round(haversine(0, 0, 0, 1), 1) => 111.2
toNumber("12") + 1 => 13
toInt(2.9) => 2
toLong("-2.9") => -2
toDouble("2.5") => 2.5
7 % 4 => 3
2 ^ 3 ^ 2 => 512
ms / 0 =>
ispresent(err) => 1
ispresent(nothing) => 0
coalesce(nothing, err) => Timeout: db
case(ms > 300, "a", ms > 200, "b", "c") => b
if(ms > 300, "a", "b") => b
isNumeric(ms) => 1
isNumeric(err) => 0
messageSize() > 100 => 1
queryStartTime() => 1714564800
queryEndTime() => 1714565700
queryTimeRange() => 900
now() => 1714570000
bin(10m) => 2024-05-01 12:00:00.000
bin(300s) => 2024-05-01 12:01:00.000
datefloor(@timestamp, 1h) => 2024-05-01 12:00:00.000
dateceil(@timestamp, 1h) => 2024-05-01 13:00:00.000
fromMillis(0) => 1970-01-01 00:00:00.000
toMillis(@timestamp) => 1714564870000
toMillis(parseDate("2024-05-01 12", "yyyy-MM-dd HH")) => 1714564800000
formatDate(@timestamp, "HH:mm") => 12:01
strftime(@timestamp, "yyyy") => 2024
jsonStringify(jsonParse("[1, 2]")) => [1,2]
jsonArraySize("[1,2,3]") => 3
jsonArrayContains("[1,2,3]", 2) => 1
isValidIp("10.0.0.1") => 1
isValidIpV4("::1") => 0
isValidIpV6("::1") => 1
isIpInSubnet("10.1.2.3", "10.0.0.0/8") => 1
isIpv4InSubnet("11.1.2.3", "10.0.0.0/8") => 0
isIpv6InSubnet("2001:db8::1", "2001:db8::/32") => 1
ipv4ToNumber("0.0.1.0") => 256
isPrivateIP("192.168.0.1") => 1
isPublicIP("8.8.8.8") => 1
isReservedIP("127.0.0.1") => 1
isempty("") => 1
isblank("  ") => 1
concat(svc, "-", nothing, code) => pay-500
concat(ltrim("  a "), "|") => a |
rtrim("xax", "x") => xa
trim("xax", "x") => a
strlen("añ") => 2
toupper(svc) => PAY
tolower("ABC") => abc
substr("abcdef", 2) => cdef
substr("abcdef", 1, 2) => bc
replace("aXbX", "X", "-") => a-b-
regexReplace("a1b22", /[0-9]+/, "#") => a#b#
strcontains(err, "db") => 1
startsWith(err, "Time") => 1
endsWith(err, "db") => 1
urlencode("a b/c") => a%20b%2Fc
urldecode("a%20b") => a b
base64encode("abc") => YWJj
base64decode("YWJj") => abc
split("a,b", ",") => ["a","b"]
hexToAscii("4142") => AB
hexToDec("ff") => 255
decToHex(255) => ff
md5("a") => 0cc175b9c0f1b6a831c399e269772661
sha256("") => e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855
`req.id` => r3
""")
    void compute(String expression, String value) {
        var query = "filter req.id = \"r3\" | fields " + expression + " as x | display x";
        assertThat(GoldenEvents.answer("app", query))
                .as(expression)
                .isEqualTo(List.of(value == null ? "" : "x=" + value));
    }

    @ParameterizedTest
    @CsvSource(
            delimiterString = "=>",
            textBlock =
"""
count() => 10
count(*) => 10
count(user) => 9
count_distinct(user) => 4
sum(ms) => 1200
avg(ms) => 120
min(ms) => 4
max(ms) => 400
pct(ms, 90) => 300
median(ms) => 20
round(stddev(ms), 2) => 136.92
round(variance(ms), 0) => 18748
topk(1, svc) => ["cart"]
jsonArraySize(values(svc)) => 3
earliest(req.id) => r1
latest(req.id) => r10
sortsFirst(svc) => auth
sortsLast(svc) => pay
countOverTime(ms) => 10
sumOverTime(ms) => 1200
max(ms) - min(ms) => 396
""")
    void aggregate(String expression, String value) {
        var query = "stats " + expression + " as x";
        assertThat(GoldenEvents.answer("app", query)).as(expression).containsExactly("x=" + value);
    }
}
