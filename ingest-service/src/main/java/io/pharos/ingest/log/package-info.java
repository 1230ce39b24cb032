/// PutLogEvents: checks a batch against its group and compresses it once.
@NullMarked
package io.pharos.ingest.log;

import org.jspecify.annotations.NullMarked;
