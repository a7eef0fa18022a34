namespace OrleansRegistry;

/// <summary>A value that the catalogue cannot work with, though it looks well: the one who sent it has to change it.</summary>
public sealed class UnusableValueException(string message, Exception? cause = null) : Exception(message, cause);
