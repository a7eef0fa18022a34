namespace OrleansRegistry.Grains.Tests.Model;

/// <summary>What a client can ask of a repository.</summary>
internal enum Act
{
    PushBlob,
    MountBlob,
    PutManifest,
    Untag,
    RemoveManifest,
    RemoveBlob,
    Sign,
}

/// <summary>One request: plain data that means something in any state, so that scenarios can be cut down.</summary>
/// <param name="Act">What is asked.</param>
/// <param name="Repository">Which of the scenario's repositories.</param>
/// <param name="Number">Which blob or which manifest of the world.</param>
/// <param name="Source">Where a blob is mounted from; which of the signatures of a manifest.</param>
/// <param name="Tags">The tags to put, or the one to take away.</param>
internal sealed record Step(Act Act, int Repository, int Number = 0, int Source = 0, params string[] Tags)
{
    /// <summary>True where the request waits in the repository's queue: such requests can be one burst.</summary>
    public bool IsQueued => Act is Act.PutManifest or Act.Untag or Act.RemoveManifest;

    public override string ToString() =>
        $"{Act} in {Repository}: number {Number}, from {Source}, tags [{string.Join(", ", Tags)}]";
}

/// <summary>What the client is told: a refusal; or the version, where there is one to tell.</summary>
internal readonly record struct Outcome(ProblemKind? Refusal = null, int? Version = null, bool? Found = null);
