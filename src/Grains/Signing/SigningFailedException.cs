namespace OrleansRegistry.Signing;

/// <summary>One signature could not be made. The message is for the one who asked, and names no secret.</summary>
public sealed class SigningFailedException(string message) : Exception(message)
{
    /// <summary>What a program or the system said about it, which may be a secret: for the node's log alone.</summary>
    public string? ForLog { get; init; }
}
