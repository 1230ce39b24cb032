package io.pharos.e2e;

import java.nio.file.Path;

/// The story on everything in one process.
class StandaloneStoryIT extends Story {
    @Override
    Pharos start(Path directory) {
        return new Standalone(directory.resolve("data"));
    }

    @Override
    AwsCli aws(Pharos judged) {
        return AwsCli.first(judged);
    }
}
