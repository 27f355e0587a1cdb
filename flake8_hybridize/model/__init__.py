"""What a module defines: functions, classes, bindings and dotted names; modules on disk."""
