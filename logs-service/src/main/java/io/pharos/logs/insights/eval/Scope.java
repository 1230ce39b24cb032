package io.pharos.logs.insights.eval;

import io.pharos.logs.entity.Entity;

import org.jspecify.annotations.Nullable;

import java.util.HashMap;
import java.util.Map;

/// What names mean at one point of a query.
public final class Scope {
    /// Means the map of all fields that are discovered in an event. Nobody can write this name.
    public static final String ALL_FIELDS = "\0fields";

    private final Map<String, Eval> names = new HashMap<>();
    private final Fields otherwise;
    private int memos;
    private @Nullable String alias;

    /// What a name means that no command has defined.
    @FunctionalInterface
    public interface Fields {
        /// Null: nothing at all.
        @Nullable Eval field(String name);

        /// Whether an earlier command defined it.
        default boolean isDefined(String name) {
            return false;
        }
    }

    public Scope(Fields otherwise) {
        this.otherwise = otherwise;
    }

    /// The fields of events of one region: those that all have, the others to be discovered.
    public static Fields ofEvents(DiscoveredFields discovered, String region) {
        return name -> {
            if (name.equals("@aws.region")) {
                return new Eval.Constant(region);
            }
            if (name.equals(ALL_FIELDS)) {
                discovered.addMessage();
                return Row::allFields;
            }
            if (name.startsWith(Entity.PREFIX)) {
                discovered.addEntity();
                return row -> row.entity(name);
            }
            var system = Eval.System.of(name);
            if (system != null) {
                if (system == Eval.System.MESSAGE) {
                    discovered.addMessage();
                }
                return system;
            }
            var number = discovered.number(name);
            return row -> row.discovered(number);
        };
    }

    /// How many memos rows of this scope need.
    public int memos() {
        return memos;
    }

    public boolean isDefined(String name) {
        return names.containsKey(name) || otherwise.isDefined(name);
    }

    /// Gives an expression a name; it is computed once a row.
    public Eval define(String name, Eval eval) {
        var kept = eval instanceof Eval.Column || eval instanceof Eval.Constant ? eval : memo(eval);
        names.put(name, kept);
        return kept;
    }

    public Eval.Memo memo(Eval eval) {
        return new Eval.Memo(memos++, eval);
    }

    /// What a join calls the rows it is given: `a.name` is `name`.
    public void alias(String name) {
        alias = name + ".";
    }

    /// A field, also one inside a map that has a name.
    public @Nullable Eval find(String name) {
        var defined = names.get(name);
        if (defined != null) {
            return defined;
        }
        for (var dot = name.lastIndexOf('.'); dot > 0; dot = name.lastIndexOf('.', dot - 1)) {
            var map = names.get(name.substring(0, dot));
            if (map != null) {
                return Paths.member(map, name.substring(dot + 1));
            }
        }
        var own = alias;
        return own != null && name.startsWith(own)
                ? find(name.substring(own.length()))
                : otherwise.field(name);
    }
}
