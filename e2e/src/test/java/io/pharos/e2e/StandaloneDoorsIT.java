package io.pharos.e2e;

import java.nio.file.Path;

/// The other doors of metrics on everything in one process.
class StandaloneDoorsIT extends Doors {
    @Override
    Pharos start(Path directory) {
        return new Standalone(directory.resolve("data"));
    }

    @Override
    AwsCli aws(Pharos judged) {
        return AwsCli.first(judged);
    }
}
