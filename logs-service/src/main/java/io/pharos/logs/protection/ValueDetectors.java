package io.pharos.logs.protection;

import static io.pharos.logs.protection.Ascii.isAlphanumeric;
import static io.pharos.logs.protection.Ascii.isDigit;
import static io.pharos.logs.protection.Ascii.isHex;
import static io.pharos.logs.protection.Ascii.isLetter;

import java.nio.charset.StandardCharsets;

/// Values that are told by their form, looked for byte by byte.
final class ValueDetectors {
    private static final byte[] BEGIN = "-----BEGIN ".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] END = "-----END ".getBytes(StandardCharsets.US_ASCII);

    private ValueDetectors() {}

    /// `jane.doe+x@mail.example.com`
    static void emails(byte[] text, int from, int to, Spans into) {
        var free = from;
        for (var at = from; at < to; at++) {
            if (text[at] != '@') {
                continue;
            }
            var start = at;
            while (start > free && isLocal(text[start - 1])) {
                start--;
            }
            while (start < at && text[start] == '.') {
                start++;
            }
            var end = domainEnd(text, at + 1, to);
            if (start < at && end > 0) {
                into.add(start, end);
                free = end;
            }
        }
    }

    private static boolean isLocal(byte b) {
        return isAlphanumeric(b) || b == '.' || b == '_' || b == '%' || b == '+' || b == '-';
    }

    /// Where `mail.example.com` ends; -1: there is none.
    private static int domainEnd(byte[] text, int from, int to) {
        var end = -1;
        var label = from;
        for (var at = from; at <= to; at++) {
            var isInside = at < to && (isAlphanumeric(text[at]) || text[at] == '-');
            if (isInside) {
                continue;
            }
            if (at == label || text[label] == '-' || text[at - 1] == '-') {
                return end;
            }
            if (label > from && isTopLevel(text, label, at)) {
                end = at;
            }
            if (at == to || text[at] != '.') {
                return end;
            }
            label = at + 1;
        }
        return end;
    }

    private static boolean isTopLevel(byte[] text, int from, int to) {
        for (var at = from; at < to; at++) {
            if (!isLetter(text[at])) {
                return false;
            }
        }
        return to - from >= 2;
    }

    /// `192.0.2.1`, `2001:db8::1`
    static void addresses(byte[] text, int from, int to, Spans into) {
        for (var at = from; at < to; at++) {
            var isStart =
                    (isHex(text[at]) || text[at] == ':')
                            && (at == from || !isAddress(text[at - 1]) && !isLetter(text[at - 1]));
            if (!isStart) {
                continue;
            }
            var end = at;
            while (end < to && isAddress(text[end])) {
                end++;
            }
            var isWord = end < to && isLetter(text[end]);
            // A sentence may end behind it.
            while (end > at
                    && (text[end - 1] == '.' || text[end - 1] == ':' && !isPair(text, end, at))) {
                end--;
            }
            if (!isWord) {
                var port = v4End(text, at, end);
                if (port > 0) {
                    into.add(at, port);
                } else if (isV6(text, at, end)) {
                    into.add(at, end);
                }
            }
            at = Math.max(at, end);
        }
    }

    private static boolean isAddress(byte b) {
        return isHex(b) || b == '.' || b == ':';
    }

    private static boolean isPair(byte[] text, int end, int from) {
        return end - 2 >= from && text[end - 2] == ':';
    }

    /// Where four numbers below 256 end, at the end of the word or before a port; -1: there are none.
    private static int v4End(byte[] text, int from, int to) {
        var at = from;
        for (var octet = 0; octet < 4; octet++) {
            if (octet > 0) {
                if (at >= to || text[at] != '.') {
                    return -1;
                }
                at++;
            }
            var value = 0;
            var digits = 0;
            while (at < to && isDigit(text[at]) && digits < 4) {
                value = value * 10 + text[at] - '0';
                digits++;
                at++;
            }
            if (digits == 0 || digits > 3 || value > 255) {
                return -1;
            }
        }
        return at == to || text[at] == ':' ? at : -1;
    }

    private static boolean isV6(byte[] text, int from, int to) {
        var groups = 0;
        var pairs = 0;
        var at = from;
        while (at < to) {
            if (text[at] == ':') {
                if (at + 1 < to && text[at + 1] == ':') {
                    pairs++;
                    at += 2;
                } else if (at == from || at + 1 == to) {
                    return false;
                } else {
                    at++;
                }
                continue;
            }
            var end = at;
            while (end < to && isHex(text[end])) {
                end++;
            }
            if (end < to && text[end] == '.') {
                return v4End(text, at, to) == to
                        && (pairs == 1 && groups < 6 || pairs == 0 && groups == 6);
            }
            if (end - at > 4 || end == at) {
                return false;
            }
            groups++;
            at = end;
        }
        return pairs == 0 ? groups == 8 : pairs == 1 && groups > 0 && groups < 8;
    }

    /// 13 to 19 digits, with blanks or hyphens between them, of a known issuer, whose check digit is right.
    static void cards(byte[] text, int from, int to, Spans into) {
        for (var at = from; at < to; at++) {
            if (!isDigit(text[at]) || at > from && isCardWord(text, at - 1, from)) {
                continue;
            }
            var end = cardEnd(text, at, to);
            if (end > 0) {
                into.add(at, end);
                at = end - 1;
            } else {
                while (at + 1 < to && isDigit(text[at + 1])) {
                    at++; // the next group of digits may begin one
                }
            }
        }
    }

    /// Where the longest card number that starts here ends; -1: none does.
    private static int cardEnd(byte[] text, int from, int to) {
        var digits = new byte[20];
        var count = 0;
        var end = -1;
        for (var at = from; at < to && count < digits.length; at++) {
            if (isDigit(text[at])) {
                digits[count++] = (byte) (text[at] - '0');
                var isWhole = at + 1 == to || !isAlphanumeric(text[at + 1]);
                if (isWhole
                        && count >= 13
                        && count <= 19
                        && isIssued(digits, count)
                        && luhn(digits, count)) {
                    end = at + 1;
                }
            } else if (text[at] != ' ' && text[at] != '-'
                    || at + 1 == to
                    || !isDigit(text[at + 1])) {
                return end;
            }
        }
        return end;
    }

    private static boolean isCardWord(byte[] text, int at, int from) {
        return isAlphanumeric(text[at]) || text[at] == '.' && at > from && isDigit(text[at - 1]);
    }

    private static boolean isIssued(byte[] digits, int count) {
        var two = digits[0] * 10 + digits[1];
        var four = two * 100 + digits[2] * 10 + digits[3];
        return switch (digits[0]) {
            case 4 -> count == 13 || count == 16 || count == 19; // Visa, Electron
            case 5 ->
                    count == 16 && (two <= 55 && two >= 51 || four == 5019); // Mastercard, Dankort
            case 2 -> count == 16 && four >= 2221 && four <= 2720; // Mastercard
            case 3 ->
                    count == 15 && (two == 34 || two == 37) // American Express
                            || count >= 14 && (two == 36 || two == 38 || two == 30 || two == 39)
                            || count >= 16 && four >= 3528 && four <= 3589; // JCB
            case 6 ->
                    count >= 16
                            && (two == 62
                                    || two == 65
                                    || four == 6011
                                    || four / 10 >= 644 && four / 10 <= 649);
            default -> false;
        };
    }

    static boolean luhn(byte[] digits, int count) {
        var sum = 0;
        for (var i = 0; i < count; i++) {
            var digit = digits[count - 1 - i];
            var doubled = i % 2 == 0 ? digit : digit * 2;
            sum += doubled > 9 ? doubled - 9 : doubled;
        }
        return sum % 10 == 0;
    }

    /// 40 characters of Base64 that are no part of a longer run.
    static void secretKeys(byte[] text, int from, int to, Spans into) {
        var start = from;
        for (var at = from; at <= to; at++) {
            if (at < to && (isAlphanumeric(text[at]) || text[at] == '/' || text[at] == '+')) {
                continue;
            }
            if (at - start == 40) {
                into.add(start, at);
            }
            start = at + 1;
        }
    }

    /// From `-----BEGIN … -----` with this label to its end, or to the end of the text.
    static Detector armoured(String label) {
        var wanted = label.getBytes(StandardCharsets.US_ASCII);
        return (text, from, to, into) -> {
            for (var at = indexOf(text, from, to, BEGIN); at >= 0; ) {
                var line =
                        indexOf(
                                text,
                                at + BEGIN.length,
                                to,
                                "-----".getBytes(StandardCharsets.US_ASCII));
                if (line < 0) {
                    return;
                }
                var isWanted = indexOf(text, at + BEGIN.length, line, wanted) >= 0;
                var end = indexOf(text, line, to, END);
                var close =
                        end < 0
                                ? -1
                                : indexOf(
                                        text,
                                        end + END.length,
                                        to,
                                        "-----".getBytes(StandardCharsets.US_ASCII));
                var stop = close < 0 ? to : close + 5;
                if (isWanted) {
                    into.add(at, stop);
                }
                at = indexOf(text, isWanted ? stop : line, to, BEGIN);
            }
        };
    }

    /// From the first line of a PuTTY key file to the end of the text.
    static void putty(byte[] text, int from, int to, Spans into) {
        var at =
                indexOf(text, from, to, "PuTTY-User-Key-File-".getBytes(StandardCharsets.US_ASCII));
        if (at >= 0) {
            into.add(at, to);
        }
    }

    private static int indexOf(byte[] text, int from, int to, byte[] wanted) {
        for (var at = from; at <= to - wanted.length; at++) {
            if (text[at] == wanted[0] && isAt(text, at, wanted)) {
                return at;
            }
        }
        return -1;
    }

    private static boolean isAt(byte[] text, int at, byte[] wanted) {
        for (var i = 1; i < wanted.length; i++) {
            if (text[at + i] != wanted[i]) {
                return false;
            }
        }
        return true;
    }
}
