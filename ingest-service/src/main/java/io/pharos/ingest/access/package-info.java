/// Who may call: access keys, users, and the policies that say what they may do.
@NullMarked
package io.pharos.ingest.access;

import org.jspecify.annotations.NullMarked;
