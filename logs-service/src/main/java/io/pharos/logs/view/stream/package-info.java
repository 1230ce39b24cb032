/// What is told of arriving events: transformations, sensitive data.
@NullMarked
package io.pharos.logs.view.stream;

import org.jspecify.annotations.NullMarked;
