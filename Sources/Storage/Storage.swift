// The module's first file; replaced by the module's own.
