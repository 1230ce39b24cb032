package io.pharos.logs.insights.eval;

import io.pharos.logs.insights.eval.AsciiProgram.Chars;

import org.jspecify.annotations.Nullable;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;

/// The common part of RE2's syntax, as RE2/J understands it: characters, classes, groups, alternatives,
/// repetitions, the ends of the text, `(?i)` in front. Gives up on everything else.
final class AsciiRegexParser {
    private static final int MAX_NODES = 2_000;
    private static final int MAX_DEPTH = 40;
    private static final int MANY = -1;
    private static final String IGNORE_CASE = "(?i)";

    private static final Chars DIGITS = Chars.of('0', '9');
    private static final Chars WORD =
            DIGITS.with(Chars.of('a', 'z')).with(Chars.of('A', 'Z')).with(Chars.of('_'));
    private static final Chars SPACE =
            Chars.of('\t')
                    .with(Chars.of('\n'))
                    .with(Chars.of('\f'))
                    .with(Chars.of('\r'))
                    .with(Chars.of(' '));

    private final String regex;
    private final boolean ignoreCase;
    private int at;
    private int depth;

    /// Without a trace: an ordinary outcome.
    private static final class Unknown extends RuntimeException {
        private static final long serialVersionUID = 1L;
        static final Unknown INSTANCE = new Unknown();

        private Unknown() {
            super(null, null, false, false);
        }
    }

    private sealed interface Part {
        record One(Chars chars) implements Part {}

        record Begin() implements Part {}

        record End() implements Part {}

        record All(List<Part> parts) implements Part {}

        record Any(List<Part> parts) implements Part {}

        record Repeated(Part part, int least, int most) implements Part {}
    }

    private AsciiRegexParser(String regex) {
        this.regex = regex;
        this.ignoreCase = regex.startsWith(IGNORE_CASE);
        this.at = ignoreCase ? IGNORE_CASE.length() : 0;
    }

    /// Null: not the common part.
    static @Nullable AsciiProgram parse(String regex) {
        if (regex.chars().anyMatch(c -> c >= 128)) {
            return null;
        }
        try {
            var parser = new AsciiRegexParser(regex);
            var whole = parser.alternatives();
            if (parser.at != regex.length()) {
                return null;
            }
            var program = new AsciiProgram();
            program.startAt(emit(program, whole, program.match()));
            program.startWith(prefix(whole));
            return program;
        } catch (Unknown | IndexOutOfBoundsException unknown) {
            return null;
        }
    }

    private static byte[] prefix(Part whole) {
        var prefix = new ByteArrayOutputStream();
        if (whole instanceof Part.All(var parts)) {
            for (var part : parts) {
                if (!(part instanceof Part.One(var chars)) || !chars.isOne()) {
                    break;
                }
                prefix.write(chars.lowest());
            }
        }
        return prefix.toByteArray();
    }

    // ---- program ----

    /// @return where it begins
    private static int emit(AsciiProgram into, Part part, int next) {
        if (into.size() > MAX_NODES) {
            throw Unknown.INSTANCE;
        }
        return switch (part) {
            case Part.One(var chars) -> into.take(chars, next);
            case Part.Begin() -> into.begin(next);
            case Part.End() -> into.end(next);
            case Part.All(var parts) -> {
                var start = next;
                for (var one : parts.reversed()) {
                    start = emit(into, one, start);
                }
                yield start;
            }
            case Part.Any(var parts) -> {
                var start = emit(into, parts.getLast(), next);
                for (var one : parts.reversed().subList(1, parts.size())) {
                    start = into.split(emit(into, one, next), start);
                }
                yield start;
            }
            case Part.Repeated(var one, var least, var most) -> {
                var start = next;
                if (most == MANY) {
                    start = into.split(next, next);
                    into.loop(start, emit(into, one, start));
                }
                for (var i = least; i < most; i++) {
                    start = into.split(emit(into, one, start), next);
                }
                for (var i = 0; i < least; i++) {
                    start = emit(into, one, start);
                }
                yield start;
            }
        };
    }

    // ---- syntax ----

    private boolean isNext(char c) {
        return at < regex.length() && regex.charAt(at) == c;
    }

    private boolean takes(char c) {
        if (isNext(c)) {
            at++;
            return true;
        }
        return false;
    }

    private Part alternatives() {
        if (++depth > MAX_DEPTH) {
            throw Unknown.INSTANCE;
        }
        var parts = new ArrayList<Part>();
        do {
            parts.add(sequence());
        } while (takes('|'));
        depth--;
        return parts.size() == 1 ? parts.getFirst() : new Part.Any(parts);
    }

    private Part sequence() {
        var parts = new ArrayList<Part>();
        while (at < regex.length() && !isNext('|') && !isNext(')')) {
            parts.add(repeated(atom()));
        }
        return new Part.All(parts);
    }

    private Part atom() {
        var c = regex.charAt(at++);
        return switch (c) {
            case '(' -> group();
            case '[' -> new Part.One(set());
            case '.' -> new Part.One(Chars.of('\n').inverted());
            case '^' -> new Part.Begin();
            case '$' -> new Part.End();
            case '*', '+', '?', '{', '}' -> throw Unknown.INSTANCE;
            case '\\' -> escaped();
            default -> new Part.One(cased(Chars.of(c)));
        };
    }

    private Part group() {
        if (takes('?')) {
            if (takes('P') || isNext('<')) {
                at = regex.indexOf('>', at) + 1;
                if (at == 0) {
                    throw Unknown.INSTANCE;
                }
            } else if (!takes(':')) {
                throw Unknown.INSTANCE;
            }
        }
        var inside = alternatives();
        if (!takes(')')) {
            throw Unknown.INSTANCE;
        }
        return inside;
    }

    private Part escaped() {
        var c = regex.charAt(at);
        if (c == 'A' || c == 'z') {
            at++;
            return c == 'A' ? new Part.Begin() : new Part.End();
        }
        var named = named(c);
        if (named != null) {
            at++;
            return new Part.One(named);
        }
        return new Part.One(cased(Chars.of(escapedChar())));
    }

    private static @Nullable Chars named(char c) {
        return switch (c) {
            case 'd' -> DIGITS;
            case 'D' -> DIGITS.inverted();
            case 'w' -> WORD;
            case 'W' -> WORD.inverted();
            case 's' -> SPACE;
            case 'S' -> SPACE.inverted();
            default -> null;
        };
    }

    private char escapedChar() {
        var c = regex.charAt(at++);
        return switch (c) {
            case 'n' -> '\n';
            case 't' -> '\t';
            case 'r' -> '\r';
            case 'f' -> '\f';
            default -> {
                if (Character.isLetterOrDigit(c)) {
                    throw Unknown.INSTANCE;
                }
                yield c;
            }
        };
    }

    private Chars cased(Chars chars) {
        return ignoreCase ? chars.folded() : chars;
    }

    private Chars set() {
        var isInverted = takes('^');
        var chars = Chars.NONE;
        for (var isFirst = true; isFirst || !isNext(']'); isFirst = false) {
            if (isNext('[') && regex.startsWith("[:", at)) {
                throw Unknown.INSTANCE;
            }
            var named = isNext('\\') ? named(regex.charAt(at + 1)) : null;
            if (named != null) {
                at += 2;
                chars = chars.with(named);
                continue;
            }
            var low = setChar();
            var high = low;
            if (isNext('-') && regex.charAt(at + 1) != ']') {
                at++;
                high = setChar();
            }
            chars = chars.with(cased(Chars.of(low, high)));
        }
        at++;
        return isInverted ? chars.inverted() : chars;
    }

    private char setChar() {
        var c = regex.charAt(at++);
        return c == '\\' ? escapedChar() : c;
    }

    private Part repeated(Part part) {
        var repeated =
                switch (at < regex.length() ? regex.charAt(at) : ' ') {
                    case '*' -> new Part.Repeated(part, 0, MANY);
                    case '+' -> new Part.Repeated(part, 1, MANY);
                    case '?' -> new Part.Repeated(part, 0, 1);
                    case '{' -> counted(part);
                    default -> null;
                };
        if (repeated == null) {
            return part;
        }
        at++;
        takes('?'); // whether a match is short or long is not asked
        if (part instanceof Part.Begin
                || part instanceof Part.End
                || at < regex.length() && "*+?{".indexOf(regex.charAt(at)) >= 0) {
            throw Unknown.INSTANCE;
        }
        return repeated;
    }

    /// Stops at the closing brace.
    private Part.Repeated counted(Part part) {
        at++;
        var least = number();
        var most = least;
        if (takes(',')) {
            most = isNext('}') ? MANY : number();
        }
        if (!isNext('}') || most != MANY && most < least) {
            throw Unknown.INSTANCE;
        }
        return new Part.Repeated(part, least, most);
    }

    private int number() {
        var from = at;
        while (at < regex.length() && Character.isDigit(regex.charAt(at))) {
            at++;
        }
        if (at == from || at - from > 4) {
            throw Unknown.INSTANCE;
        }
        return Integer.parseInt(regex, from, at, 10);
    }
}
