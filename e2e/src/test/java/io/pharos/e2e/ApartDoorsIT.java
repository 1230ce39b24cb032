package io.pharos.e2e;

import java.nio.file.Path;

/// The other doors of metrics on five processes.
class ApartDoorsIT extends Doors {
    @Override
    Pharos start(Path directory) {
        return new Apart(directory);
    }

    @Override
    AwsCli aws(Pharos judged) {
        return AwsCli.last(judged);
    }
}
