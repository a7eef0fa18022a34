namespace OrleansRegistry.Trust;

/// <summary>What comes of it where a policy does not let an image be pulled. Stored and shown by name, in lower case.</summary>
public enum TrustMode
{
    /// <summary>It is not served.</summary>
    Enforce,

    /// <summary>It is served with a warning, and counted.</summary>
    Warn,

    /// <summary>Nothing: nobody asks the policy. Attached, it stands in for one that holds more widely.</summary>
    Off,
}

/// <summary>What people set on a trust policy.</summary>
/// <param name="Name">Unique on the server.</param>
/// <param name="Document">
/// JSON in the syntax of containers-policy.json(5), with keys by value (<c>keyData</c>) or by the fingerprint of a known key
/// (<c>keyFingerprint</c>).
/// </param>
/// <param name="Mode">What comes of it.</param>
/// <param name="IsDefault">Whether it holds wherever neither a distribution nor a namespace has one; of one policy at most.</param>
public sealed record TrustPolicySettings(string Name, string Document, TrustMode Mode, bool IsDefault)
{
    /// <summary>The longest document, in bytes of UTF-8: room for a key ring.</summary>
    public const int MostBytes = 1024 * 1024;
}

/// <summary>One trust policy.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Settings">What it says.</param>
/// <param name="Revision">Goes up with each change.</param>
/// <param name="CreatedAt">When it was created.</param>
/// <param name="UpdatedAt">When it was changed last.</param>
public sealed record TrustPolicyRecord(
    Guid Id, TrustPolicySettings Settings, int Revision, DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt);

/// <summary>What a policy said after a change, or last before it was deleted.</summary>
/// <param name="Policy">The policy, which may be gone.</param>
/// <param name="Revision">Which change of it, from 1.</param>
/// <param name="Action"><c>created</c>, <c>updated</c> or <c>deleted</c>.</param>
/// <param name="Settings">What it said then.</param>
/// <param name="By">The name of a user; empty where nobody logs in.</param>
/// <param name="At">When.</param>
public sealed record TrustPolicyChange(
    Guid Policy, int Revision, string Action, TrustPolicySettings Settings, string By, DateTimeOffset At);

/// <summary>The names of modes.</summary>
public static class TrustModes
{
    public static IReadOnlyList<string> Names { get; } = [.. Enum.GetValues<TrustMode>().Select(mode => mode.Name)];

    extension(TrustMode mode)
    {
        /// <summary>The mode as it is stored and shown.</summary>
        public string Name => mode switch
        {
            TrustMode.Enforce => "enforce",
            TrustMode.Warn => "warn",
            TrustMode.Off => "off",
        };
    }

    /// <summary>The mode of that name; the name is one that was stored.</summary>
    public static TrustMode Parse(string name) => Enum.GetValues<TrustMode>().Single(mode => mode.Name == name);
}
