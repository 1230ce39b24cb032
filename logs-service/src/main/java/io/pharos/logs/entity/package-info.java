/// What sent log events: the entities of PutLogEvents, kept for each log stream from one change to the
/// next.
@NullMarked
package io.pharos.logs.entity;

import org.jspecify.annotations.NullMarked;
