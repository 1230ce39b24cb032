/// Resource policies: which services may write into log groups.
@NullMarked
package io.pharos.logs.resourcepolicy;

import org.jspecify.annotations.NullMarked;
