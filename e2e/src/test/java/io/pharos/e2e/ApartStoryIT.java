package io.pharos.e2e;

import java.nio.file.Path;

/// The story on five processes.
class ApartStoryIT extends Story {
    @Override
    Pharos start(Path directory) {
        return new Apart(directory);
    }

    @Override
    AwsCli aws(Pharos judged) {
        return AwsCli.last(judged);
    }
}
