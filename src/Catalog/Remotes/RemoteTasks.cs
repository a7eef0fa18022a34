using OrleansRegistry.Tasks;

namespace OrleansRegistry.Remotes;

/// <summary>
/// The task that changes a remote's settings and secrets: those that differ before and after. The secrets are sealed:
/// arguments of tasks are stored.
/// </summary>
public sealed record RemoteUpdate(
    Guid Id, RemoteSettings Before, RemoteSettings After, string SecretsBefore, string SecretsAfter)
{
    public const string Kind = "remote.update";

    /// <summary>Whether two settings say the same, lists included.</summary>
    public static bool IsSame(RemoteSettings one, RemoteSettings other) => TaskJson.Write(one) == TaskJson.Write(other);
}

/// <summary>The task that deletes a remote.</summary>
public sealed record RemoteDeletion(Guid Id)
{
    public const string Kind = "remote.delete";
}
