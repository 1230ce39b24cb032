package io.pharos.kit;

import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

import javax.sql.DataSource;

/// Hears PostgreSQL's `NOTIFY`: that some transaction, of this process or another, left work to do. So
/// nobody has to look several times a second. It may miss a ring (the connection breaks, or something
/// between pools connections): who listens looks from time to time all the same.
///
/// Rings that come close together are heard as one. Holds one connection.
public final class Doorbell implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(Doorbell.class);

    /// Between rings: a loop under load works, it does not only wake up.
    private static final Duration GAP = Duration.ofMillis(20);

    /// A connection that broke silently is noticed after this time.
    private static final Duration CHECK = Duration.ofSeconds(30);

    private static final Duration PAUSE = Duration.ofSeconds(1);
    private static final Duration STOP_LIMIT = Duration.ofSeconds(5);
    private static final int CHECK_LIMIT_S = 5;

    private final DataSource source;
    private final String channel;
    private final Map<String, Runnable> rings;
    private final Thread thread;
    private volatile boolean stopping;
    private volatile @Nullable Connection listening;

    /// @param channel a name in lower case, of letters and underscores
    /// @param rings what is run when the channel says the key; short, for it runs on the bell's thread
    public Doorbell(DataSource source, String channel, Map<String, Runnable> rings) {
        if (!channel.matches("[a-z_]+")) {
            throw new IllegalArgumentException("not a channel: " + channel);
        }
        this.source = source;
        this.channel = channel;
        this.rings = Map.copyOf(rings);
        this.thread = Thread.ofPlatform().name("bell-" + channel).daemon().unstarted(this::run);
    }

    public Doorbell start() {
        thread.start();
        return this;
    }

    private void run() {
        while (!stopping) {
            try (var connection = source.getConnection()) {
                listening = connection;
                listen(connection);
            } catch (SQLException | RuntimeException away) {
                if (!stopping) {
                    LOG.warnf(
                            "bell is not heard for now: channel=%s cause=%s",
                            channel, away.toString());
                    pause(PAUSE);
                }
            } finally {
                listening = null;
            }
        }
    }

    private void listen(Connection connection) throws SQLException {
        var bell = connection.unwrap(PGConnection.class);
        try (var statement = connection.createStatement()) {
            statement.execute("LISTEN " + channel);
        }
        try {
            ring(rings.keySet()); // what came before
            while (!stopping) {
                var heard = bell.getNotifications((int) CHECK.toMillis());
                if (heard != null && heard.length > 0) {
                    var said = new LinkedHashSet<String>();
                    for (var one : heard) {
                        said.add(one.getParameter());
                    }
                    ring(said);
                    pause(GAP);
                } else if (!connection.isValid(CHECK_LIMIT_S)) {
                    return;
                }
            }
        } finally {
            if (!stopping) {
                try (var statement = connection.createStatement()) {
                    statement.execute("UNLISTEN *");
                }
            }
        }
    }

    private void ring(Set<String> said) {
        for (var one : said) {
            var ring = rings.get(one);
            if (ring != null) {
                ring.run();
            }
        }
    }

    private static void pause(Duration length) {
        try {
            Thread.sleep(length);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() throws InterruptedException {
        stopping = true;
        thread.interrupt();
        var connection = listening;
        if (connection != null) {
            try {
                connection.abort(Runnable::run);
            } catch (SQLException gone) {
                LOG.debugf("bell was silent already: cause=%s", gone.toString());
            }
        }
        thread.join(STOP_LIMIT);
    }
}
