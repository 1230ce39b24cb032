package io.pharos.e2e;

import java.net.URI;
import java.util.List;

/// A running Pharos, known only by its addresses and its first key.
interface Pharos extends AutoCloseable {
    URI endpoint();

    String accessKeyId();

    String secretAccessKey();

    String kafkaBootstrapServers();

    /// What topics mailed so far, oldest first.
    List<Mail> mails();

    /// `kill -9` of every process of Pharos, then a start on the same data. Returns when ready.
    void killAndRestart();

    @Override
    void close();

    /// A mail as its reader sees it.
    record Mail(String to, String subject, String text) {}
}
