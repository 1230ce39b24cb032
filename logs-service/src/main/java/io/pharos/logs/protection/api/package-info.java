/// Operations of data protection.
@NullMarked
package io.pharos.logs.protection.api;

import org.jspecify.annotations.NullMarked;
