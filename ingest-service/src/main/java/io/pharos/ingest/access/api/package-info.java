/// IAM's users, access keys and inline policies, and who is calling (STS).
@NullMarked
package io.pharos.ingest.access.api;

import org.jspecify.annotations.NullMarked;
