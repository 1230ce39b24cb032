/// Every control-plane call as a CloudTrail record on the stream.
@NullMarked
package io.pharos.kit.audit;

import org.jspecify.annotations.NullMarked;
