namespace OrleansRegistry.Signing;

/// <summary>One signature could not be made. The message is for the one who asked, and names no secret.</summary>
public sealed class SigningFailedException(string message) : Exception(message);
