/// Every control-plane call as a CloudTrail record on the stream.
@NullMarked
package io.pharos.ingest.audit;

import org.jspecify.annotations.NullMarked;
