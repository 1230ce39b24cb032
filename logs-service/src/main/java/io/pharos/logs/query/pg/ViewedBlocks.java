package io.pharos.logs.query.pg;

import io.pharos.logs.group.LogGroup;
import io.pharos.logs.insights.eval.EventBlock;
import io.pharos.logs.query.QueryBlocks;
import io.pharos.logs.view.EventView;
import io.pharos.logs.view.pg.EventViews;

import jakarta.inject.Singleton;

import org.jspecify.annotations.Nullable;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Supplier;

/// The blocks of groups as queries see them: protected data masked, fields discovered in what
/// transformers made of the events. Groups without such policies are passed through.
@Singleton
public final class ViewedBlocks implements QueryBlocks {
    private final PgQueryBlocks blocks;
    private final EventViews views;

    public ViewedBlocks(PgQueryBlocks blocks, EventViews views) {
        this.blocks = blocks;
        this.views = views;
    }

    @Override
    public void visit(
            List<LogGroup> groups, long fromMs, long untilMs, Wanted wanted, Visitor visitor) {
        for (var group : groups) {
            var view = views.of(group);
            var isPlain = !view.masks() && !view.transforms();
            var onward = new Onward(visitor, isPlain ? null : view);
            // What is shown has texts that the stored bytes have not.
            var all = wanted.entities() ? Wanted.ALL_AND_ENTITIES : Wanted.ALL;
            blocks.visit(List.of(group), fromMs, untilMs, isPlain ? wanted : all, onward);
            if (onward.hasEnough) {
                return;
            }
        }
    }

    /// Brings blocks as they are seen, and notes when there shall be no more.
    private static final class Onward implements Visitor {
        private final Visitor visitor;
        private final @Nullable EventView view;
        private boolean hasEnough;

        Onward(Visitor visitor, @Nullable EventView view) {
            this.visitor = visitor;
            this.view = view;
        }

        @Override
        public boolean opens(long bytes) {
            return visitor.opens(bytes);
        }

        @Override
        public boolean block(Supplier<EventBlock> block) {
            var seen = view;
            var goesOn = visitor.block(seen == null ? block : () -> seen(block.get(), seen));
            hasEnough = !goesOn;
            return goesOn;
        }

        @Override
        public void skipped(long records, long bytes) {
            visitor.skipped(records, bytes);
        }
    }

    private static EventBlock seen(EventBlock block, EventView view) {
        var stored = block.events();
        var shown =
                stored.withMessages(event ->
                        view.masked(
                                stored.text(),
                                stored.messageStart(event),
                                stored.messageLength(event),
                                stored.ingestionMs(event)));
        if (!view.transforms()) {
            return new EventBlock(
                    shown,
                    shown,
                    stored,
                    stored,
                    block.groupId(),
                    block.log(),
                    block.streams(),
                    block.entities());
        }
        var fields = shown.withMessages(event -> transformed(block, event, view, true));
        var unmasked =
                view.masks()
                        ? stored.withMessages(event -> transformed(block, event, view, false))
                        : fields;
        return new EventBlock(
                shown,
                fields,
                stored,
                unmasked,
                block.groupId(),
                block.log(),
                block.streams(),
                block.entities());
    }

    private static byte @Nullable [] transformed(
            EventBlock block, int event, EventView view, boolean masked) {
        var stored = block.events();
        var receivedMs = stored.ingestionMs(event);
        var stream = block.streams().get(stored.streamId(event));
        if (stream == null || !view.transformsAt(receivedMs)) {
            return null;
        }
        var made = view.transformed(stored.message(event), receivedMs, stream, masked);
        return made == null ? null : made.getBytes(StandardCharsets.UTF_8);
    }
}
