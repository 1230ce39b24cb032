/// Queries at work, on threads of their own.
@NullMarked
package io.pharos.logs.query.schedule;

import org.jspecify.annotations.NullMarked;
