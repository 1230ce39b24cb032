package io.pharos.logs.transform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.ArrayList;

class GrokPatternTest {
    @Test
    void takesFieldsOutOfLines() {
        expect(
                "%{NUMBER:version} %{HOSTNAME:hostname} %{NOTSPACE:status} %{QUOTEDSTRING:logMsg}",
                "293750 server-01.internal-network.local OK \"[Thread-000] token generated\"",
                "version=293750 hostname=server-01.internal-network.local status=OK"
                        + " logMsg=[Thread-000] token generated");
        expect("%{WORD} %{INT:a.b}", "x -5", "a={\"b\":\"-5\"}");
        expect("%{WORD:a}", "two words", null);
        expect("(?:%{INT:a}|%{WORD:b})", "x", "b=x");
        expect("%{WORD:a} %{WORD:a}", "x y", "a=x");
    }

    @Test
    void knowsWholeLines() {
        expect(
                "%{APACHE_ACCESS_LOG}",
                "127.0.0.1 - frank [10/Oct/2000:13:55:36 -0700] \"GET /a.gif HTTP/1.0\" 200 2326",
                "clientip=127.0.0.1 ident=- auth=frank timestamp=10/Oct/2000:13:55:36 -0700 verb=GET"
                        + " request=/a.gif httpversion=1.0 response=200 bytes=2326");
        expect(
                "%{NGINX_ACCESS_LOG} %{DATA:rest}",
                "192.168.1.100 - Foo [03/Aug/2023:12:34:56 +0000] \"GET /q HTTP/1.1\" 200 42 \"-\""
                        + " \"curl\" more",
                "clientip=192.168.1.100 auth=Foo timestamp=03/Aug/2023:12:34:56 +0000 verb=GET"
                        + " request=/q httpversion=1.1 response=200 bytes=42 referrer=- agent=curl"
                        + " rest=more");
        expect(
                "%{SYSLOG5424} %{GREEDYDATA:msg}",
                "<165>1 2003-10-11T22:14:15.003Z my.com evntslog - ID47 [x@1 iut=\"3\"] An event",
                "pri=165 version=1 timestamp=2003-10-11T22:14:15.003Z hostname=my.com appname=evntslog"
                        + " procid=- msgid=ID47 structured_data=[x@1 iut=\"3\"] msg=An event");
        expect("%{SYSLOGPROG}", "sshd[42]", "program=sshd pid=42");
        expect("%{SYSLOGFACILITY}", "<13.6>", "facility=13 priority=6");
    }

    @Test
    void everyNamedPatternMatchesAnExample() {
        var examples =
                new String[][] {
                    {"USERNAME", "a.b"},
                    {"BASE10NUM", "-1.5"},
                    {"BASE16NUM", "0xFF"},
                    {"POSINT", "12"},
                    {"NONNEGINT", "0"},
                    {"SPACE", "  "},
                    {"UUID", "123e4567-e89b-12d3-a456-426614174000"},
                    {"URN", "urn:isbn:0451450523"},
                    {"ARN", "arn:aws:iam:us-east-1:123:role/x"},
                    {"MAC", "00:1A:2b:3c:4d:5e"},
                    {"MAC", "001A.2b3c.4d5e"},
                    {"WINDOWSMAC", "00-1A-2b-3c-4d-5e"},
                    {"IPV6", "2001:db8::ff00:42:8329"},
                    {"IPV6", "::ffff:10.0.0.1"},
                    {"IP", "10.0.0.1"},
                    {"HOSTPORT", "a.b:80"},
                    {"URIHOST", "a.b:80"},
                    {"UNIXPATH", "/var/log/x.log"},
                    {"WINPATH", "C:\\a\\b.txt"},
                    {"PATH", "/x"},
                    {"TTY", "/dev/pts/1"},
                    {"URIPROTO", "https"},
                    {"URIPATHPARAM", "/a/b?c=d"},
                    {"URI", "https://u@h.com:8080/p?q=1"},
                    {"MONTH", "Jan"},
                    {"MONTHNUM", "5"},
                    {"MONTHNUM2", "05"},
                    {"MONTHDAY", "31"},
                    {"YEAR", "2026"},
                    {"DAY", "Monday"},
                    {"TIME", "12:34:56.7"},
                    {"DATE_US", "11/23/2024"},
                    {"DATE_EU", "23.11.2024"},
                    {"DATE", "11/23/2024"},
                    {"ISO8601_TIMEZONE", "+05:30"},
                    {"ISO8601_SECOND", "60"},
                    {"TIMESTAMP_ISO8601", "2023-05-15T14:30:00+05:30"},
                    {"DATESTAMP", "29-05-2023 14:30:00"},
                    {"TZ", "PDT"},
                    {"DATESTAMP_RFC822", "Mon Jan 15 2026 12:00:00 UTC"},
                    {"DATESTAMP_RFC2822", "Mon, 15 Jan 2026 12:00:00 +0000"},
                    {"DATESTAMP_OTHER", "Mon Jan 15 12:00:00 UTC 2026"},
                    {"DATESTAMP_EVENTLOG", "20230515143000"},
                    {"LOGLEVEL", "WARNING"},
                    {"SYSLOGTIMESTAMP", "Nov  5 14:30:00"},
                    {"SYSLOGHOST", "h1"},
                    {"GREEDYDATA_MULTILINE", "a\nb"}
                };
        for (var example : examples) {
            expect("%{" + example[0] + ":f}", example[1], "f=" + example[1]);
        }
    }

    @Test
    void refusesWhatAwsRefuses() {
        refuses("no pattern", "No grok pattern");
        refuses("%{NOPE:a}", "Unknown grok pattern: NOPE");
        refuses("%{INT:a:int}", "Type conversion");
        refuses("(?<x>a)%{INT:a}", "Custom patterns");
        refuses("%{INT}".repeat(21), "More than 20");
        refuses("%{DATA}".repeat(6), "DATA is used more than 5 times");
        refuses("x%{SYSLOG5424}", "must be the first");
        refuses("%{SYSLOG5424}%{WORD:a}", "Only one DATA or GREEDYDATA");
        refuses("%{SYSLOG5424}%{DATA:a}%{DATA:b}", "Only one DATA or GREEDYDATA");
        refuses("%{INT:a.b.c.d}", "Invalid field name");
        refuses("(%{INT:a}", "missing closing )");
        refuses("(?:%{URI:a}){900}", "");
    }

    @Test
    void hostileTextsAreMatchedInLinearTime() {
        var pattern = GrokPattern.compile("%{DATA:a}%{DATA:b}%{DATA:c}%{DATA:d}x%{GREEDYDATA:e}y");
        var started = System.nanoTime();
        assertThat(pattern.parse("a".repeat(200_000), JsonNodeFactory.instance.objectNode()))
                .isFalse();
        assertThat(Duration.ofNanos(System.nanoTime() - started)).isLessThan(Duration.ofSeconds(5));
    }

    private static void expect(String match, String text, @Nullable String fields) {
        var into = JsonNodeFactory.instance.objectNode();
        var matches = GrokPattern.compile(match).parse(text, into);
        assertThat(matches).as(match).isEqualTo(fields != null);
        if (fields != null) {
            var shown = new ArrayList<String>();
            into.properties()
                    .forEach(f ->
                            shown.add(
                                    f.getKey()
                                            + "="
                                            + (f.getValue().isTextual()
                                                    ? f.getValue().textValue()
                                                    : f.getValue())));
            assertThat(String.join(" ", shown)).isEqualTo(fields);
        }
    }

    private static void refuses(String match, String message) {
        assertThatThrownBy(() -> GrokPattern.compile(match))
                .as(match)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(message);
    }
}
