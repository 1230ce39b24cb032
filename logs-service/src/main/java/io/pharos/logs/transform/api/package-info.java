/// Operations of transformers.
@NullMarked
package io.pharos.logs.transform.api;

import org.jspecify.annotations.NullMarked;
