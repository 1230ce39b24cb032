/// All five services in one process with embedded PostgreSQL, Kafka, object store and mailbox.
@NullMarked
package io.pharos.standalone;

import org.jspecify.annotations.NullMarked;
