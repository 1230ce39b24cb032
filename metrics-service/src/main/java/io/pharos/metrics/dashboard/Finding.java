package io.pharos.metrics.dashboard;

/// What is wrong at a place of a body.
///
/// @param dataPath JSON pointer
/// @param isError refused; else the body is kept and this is told
public record Finding(String dataPath, String message, boolean isError) {}
