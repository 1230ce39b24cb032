package io.pharos.ingest.access;

/// A key that may sign: its secret, and whom it stands for.
public record AccessKey(String accessKeyId, String secretAccessKey, Principal principal) {}
