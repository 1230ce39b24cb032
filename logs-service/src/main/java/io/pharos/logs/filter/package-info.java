/// What metric filters and subscription filters share.
@NullMarked
package io.pharos.logs.filter;

import org.jspecify.annotations.NullMarked;
