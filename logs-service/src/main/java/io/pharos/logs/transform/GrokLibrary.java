package io.pharos.logs.transform;

import static java.util.Map.entry;

import java.util.Map;
import java.util.Set;

/// The named patterns of `grok`, in RE2's syntax: no look-around, no possessive repeats, so that any
/// text is matched in linear time. Written anew for RE2; what they accept is what AWS documents.
final class GrokLibrary {
    /// AWS: how often one may be used: those that match nearly anything less often.
    static final int MAX_WIDE = 5;

    static final int MAX_USES = 20;

    /// Whole lines: nothing before them, at most one of DATA and GREEDYDATA behind.
    static final Set<String> LINES = Set.of("APACHE_ACCESS_LOG", "NGINX_ACCESS_LOG", "SYSLOG5424");

    static final Set<String> REST = Set.of("DATA", "GREEDYDATA");

    private static final Set<String> WIDE =
            Set.of(
                    "URI",
                    "URIPARAM",
                    "URIPATHPARAM",
                    "SPACE",
                    "DATA",
                    "GREEDYDATA",
                    "GREEDYDATA_MULTILINE",
                    "NOTSPACE",
                    "QUOTEDSTRING",
                    "IPV6",
                    "IP",
                    "HOST",
                    "HOSTNAME",
                    "IPORHOST",
                    "HOSTPORT",
                    "URIHOST",
                    "PATH",
                    "WINPATH");

    private static final Map<String, String> PATTERNS =
            Map.<String, String>ofEntries(
                    entry("USERNAME", "[a-zA-Z0-9._-]+"),
                    entry("USER", "%{USERNAME}"),
                    entry("INT", "[+-]?[0-9]+"),
                    entry("BASE10NUM", "[+-]?(?:[0-9]+(?:\\.[0-9]*)?|\\.[0-9]+)"),
                    entry("NUMBER", "%{BASE10NUM}"),
                    entry("BASE16NUM", "[+-]?(?:0x)?[0-9A-Fa-f]+"),
                    entry("POSINT", "[1-9][0-9]*"),
                    entry("NONNEGINT", "[0-9]+"),
                    entry("WORD", "\\w+"),
                    entry("NOTSPACE", "\\S+"),
                    entry("SPACE", "\\s*"),
                    entry("DATA", ".*?"),
                    entry("GREEDYDATA", ".*"),
                    entry("GREEDYDATA_MULTILINE", "(?s:.*)"),
                    entry(
                            "QUOTEDSTRING",
                            "(?:\"(?:\\\\.|[^\\\\\"])*\"|'(?:\\\\.|[^\\\\'])*'"
                                    + "|`(?:\\\\.|[^\\\\`])*`)"),
                    entry("UUID", "[A-Fa-f0-9]{8}-(?:[A-Fa-f0-9]{4}-){3}[A-Fa-f0-9]{12}"),
                    entry("URN", "urn:[0-9A-Za-z][0-9A-Za-z-]{0,31}:[^\\s#]+"),
                    entry("ARN", "arn:(?:aws|aws-cn|aws-us-gov):[^:\\s]+:[^:\\s]*:[0-9]*:[^\\s]+"),
                    entry("CISCOMAC", "(?:[A-Fa-f0-9]{4}\\.){2}[A-Fa-f0-9]{4}"),
                    entry("WINDOWSMAC", "(?:[A-Fa-f0-9]{2}-){5}[A-Fa-f0-9]{2}"),
                    entry("COMMONMAC", "(?:[A-Fa-f0-9]{2}:){5}[A-Fa-f0-9]{2}"),
                    entry("MAC", "(?:%{CISCOMAC}|%{WINDOWSMAC}|%{COMMONMAC})"),
                    entry(
                            "IPV6",
                            "(?:[0-9A-Fa-f]{1,4}:[0-9A-Fa-f:]*|::[0-9A-Fa-f:]*)"
                                    + "(?:%{IPV4})?(?:%[0-9A-Za-z]+)?"),
                    entry(
                            "IPV4",
                            "(?:(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])\\.){3}"
                                    + "(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])"),
                    entry("IP", "(?:%{IPV6}|%{IPV4})"),
                    entry(
                            "HOSTNAME",
                            "[0-9A-Za-z][0-9A-Za-z-]*(?:\\.[0-9A-Za-z][0-9A-Za-z-]*)*\\.?"),
                    entry("HOST", "%{HOSTNAME}"),
                    entry("IPORHOST", "(?:%{IP}|%{HOSTNAME})"),
                    entry("HOSTPORT", "%{IPORHOST}:%{POSINT}"),
                    entry("URIHOST", "%{IPORHOST}(?::%{POSINT})?"),
                    entry("UNIXPATH", "(?:/[\\w_%!$@:.,+~-]*)+"),
                    entry("WINPATH", "(?:[A-Za-z]+:|\\\\)(?:\\\\[^\\\\?*\\r\\n]*)+"),
                    entry("PATH", "(?:%{UNIXPATH}|%{WINPATH})"),
                    entry("TTY", "/dev/(?:pts|tty[pq]?)(?:\\w+)?/?(?:[0-9]+)?"),
                    entry("URIPROTO", "[A-Za-z](?:[A-Za-z0-9+.-]+)+"),
                    entry("URIPATH", "(?:/[A-Za-z0-9$.+!*'(){},~:;=@#%&_-]*)+"),
                    entry("URIPARAM", "\\?[A-Za-z0-9$.+!*'|(){},~@#%&/=:;_?<>\\[\\]-]*"),
                    entry("URIPATHPARAM", "%{URIPATH}(?:%{URIPARAM})?"),
                    entry(
                            "URI",
                            "%{URIPROTO}://(?:%{USER}(?::[^@\\s]*)?@)?(?:%{URIHOST})?"
                                    + "(?:%{URIPATHPARAM})?"),
                    entry(
                            "MONTH",
                            "\\b(?:[Jj]an(?:uary)?|[Ff]eb(?:ruary)?|[Mm]ar(?:ch)?|[Aa]pr(?:il)?"
                                    + "|[Mm]ay|[Jj]un(?:e)?|[Jj]ul(?:y)?|[Aa]ug(?:ust)?"
                                    + "|[Ss]ep(?:tember)?|[Oo]ct(?:ober)?|[Nn]ov(?:ember)?"
                                    + "|[Dd]ec(?:ember)?)\\b"),
                    entry("MONTHNUM", "(?:0?[1-9]|1[0-2])"),
                    entry("MONTHNUM2", "(?:0[1-9]|1[0-2])"),
                    entry("MONTHDAY", "(?:0[1-9]|[12][0-9]|3[01]|[1-9])"),
                    entry("YEAR", "(?:[0-9]{4}|[0-9]{2})"),
                    entry(
                            "DAY",
                            "(?:Mon(?:day)?|Tue(?:sday)?|Wed(?:nesday)?|Thu(?:rsday)?"
                                    + "|Fri(?:day)?|Sat(?:urday)?|Sun(?:day)?)"),
                    entry("HOUR", "(?:2[0123]|[01]?[0-9])"),
                    entry("MINUTE", "[0-5][0-9]"),
                    entry("SECOND", "(?:[0-5]?[0-9]|60)(?:[:.,][0-9]+)?"),
                    entry("TIME", "%{HOUR}:%{MINUTE}(?::%{SECOND})?"),
                    entry("DATE_US", "%{MONTHNUM}[/-]%{MONTHDAY}[/-]%{YEAR}"),
                    entry("DATE_EU", "%{MONTHDAY}[./-]%{MONTHNUM}[./-]%{YEAR}"),
                    entry("DATE", "(?:%{DATE_US}|%{DATE_EU})"),
                    entry("ISO8601_TIMEZONE", "(?:Z|[+-]%{HOUR}(?::?%{MINUTE}))"),
                    entry("ISO8601_SECOND", "(?:%{SECOND}|60)"),
                    entry(
                            "TIMESTAMP_ISO8601",
                            "%{YEAR}-%{MONTHNUM}-%{MONTHDAY}[T ]%{HOUR}:?%{MINUTE}"
                                    + "(?::?%{SECOND})?%{ISO8601_TIMEZONE}?"),
                    entry("DATESTAMP", "%{DATE}[- ]%{TIME}"),
                    entry("TZ", "(?:[APMCE][SD]T|UTC|GMT)"),
                    entry("DATESTAMP_RFC822", "%{DAY} %{MONTH} %{MONTHDAY} %{YEAR} %{TIME} %{TZ}"),
                    entry(
                            "DATESTAMP_RFC2822",
                            "%{DAY}, %{MONTHDAY} %{MONTH} %{YEAR} %{TIME} %{ISO8601_TIMEZONE}"),
                    entry("DATESTAMP_OTHER", "%{DAY} %{MONTH} %{MONTHDAY} %{TIME} %{TZ} %{YEAR}"),
                    entry(
                            "DATESTAMP_EVENTLOG",
                            "%{YEAR}%{MONTHNUM2}%{MONTHDAY}%{HOUR}%{MINUTE}%{SECOND}"),
                    entry(
                            "LOGLEVEL",
                            "(?i:alert|trace|debug|notice|info(?:rmation)?|warn(?:ing)?"
                                    + "|err(?:or)?|crit(?:ical)?|fatal|severe|emerg(?:ency)?)"),
                    entry("HTTPDATE", "%{MONTHDAY}/%{MONTH}/%{YEAR}:%{TIME} %{INT}"),
                    entry("SYSLOGTIMESTAMP", "%{MONTH} +%{MONTHDAY} %{TIME}"),
                    entry("PROG", "[\\x21-\\x5a\\x5c\\x5e-\\x7e]+"),
                    entry("SYSLOGPROG", "%{PROG:program}(?:\\[%{POSINT:pid}\\])?"),
                    entry("SYSLOGHOST", "%{IPORHOST}"),
                    entry("SYSLOGFACILITY", "<%{NONNEGINT:facility}.%{NONNEGINT:priority}>"),
                    entry(
                            "APACHE_ACCESS_LOG",
                            "%{IPORHOST:clientip} %{NOTSPACE:ident} %{NOTSPACE:auth}"
                                    + " \\[%{HTTPDATE:timestamp}\\] \"(?:%{WORD:verb}"
                                    + " %{NOTSPACE:request}(?: HTTP/%{NUMBER:httpversion})?"
                                    + "|%{DATA:rawrequest})\" %{NUMBER:response}"
                                    + " (?:%{NUMBER:bytes}|-)"
                                    + "(?: %{QUOTEDSTRING:referrer} %{QUOTEDSTRING:agent})?"),
                    entry(
                            "NGINX_ACCESS_LOG",
                            "%{IPORHOST:clientip} - %{NOTSPACE:auth}"
                                    + " \\[%{HTTPDATE:timestamp}\\] \"(?:%{WORD:verb}"
                                    + " %{NOTSPACE:request}(?: HTTP/%{NUMBER:httpversion})?"
                                    + "|%{DATA:rawrequest})\" %{NUMBER:response}"
                                    + " (?:%{NUMBER:bytes}|-)"
                                    + " %{QUOTEDSTRING:referrer} %{QUOTEDSTRING:agent}"),
                    entry(
                            "SYSLOG5424",
                            "<%{NONNEGINT:pri}>%{NONNEGINT:version}"
                                    + " (?:%{TIMESTAMP_ISO8601:timestamp}|-)"
                                    + " (?:%{NOTSPACE:hostname}) (?:%{NOTSPACE:appname})"
                                    + " (?:%{NOTSPACE:procid}) (?:%{NOTSPACE:msgid})"
                                    + " %{SYSLOG5424SD:structured_data}"),
                    entry(
                            "SYSLOG5424SD",
                            "(?:-|(?:\\[(?:[^\\]\\\\\"]|\"(?:[^\"\\\\]|\\\\.)*\")*\\])+)"));

    private GrokLibrary() {}

    static boolean has(String name) {
        return PATTERNS.containsKey(name);
    }

    static String pattern(String name) {
        return PATTERNS.getOrDefault(name, "");
    }

    /// How often a pattern may stand in one expression.
    static int maxUses(String name) {
        return WIDE.contains(name) ? MAX_WIDE : MAX_USES;
    }
}
