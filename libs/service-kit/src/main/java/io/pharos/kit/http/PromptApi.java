package io.pharos.kit.http;

import java.util.Set;

/// An API class that answers some operations from memory, mostly: they are tried on the thread that read the
/// request, which saves two changes of threads. Before it waits for anything, such an operation has had
/// no effect; see [io.pharos.kit.Prompt].
public interface PromptApi {
    /// Such operations, as policies call them: `sts:GetCallerIdentity`.
    Set<String> promptActions();
}
