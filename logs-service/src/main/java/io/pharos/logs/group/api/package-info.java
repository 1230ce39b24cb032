/// CloudWatch Logs operations on log groups.
@NullMarked
package io.pharos.logs.group.api;

import org.jspecify.annotations.NullMarked;
