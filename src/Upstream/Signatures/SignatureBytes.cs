namespace OrleansRegistry.Sync;

/// <summary>Limits of signatures that come from others.</summary>
internal static class SignatureBytes
{
    /// <summary>Clients take one fewer of a manifest.</summary>
    public const int MaxCount = 128;

    /// <summary>One more than a signature may have: a longer one comes cut, and whoever parses it refuses it.</summary>
    public const int MaxBytes = (64 * 1024) + 1;
}
