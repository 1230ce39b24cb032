/// What Pharos counts of itself, as metrics of its users' accounts and of its own.
@NullMarked
package io.pharos.kit.metric;

import org.jspecify.annotations.NullMarked;
