using OrleansRegistry.Resources;
using OrleansRegistry.Tasks;

namespace OrleansRegistry.Sync;

/// <summary>The task that brings a repository up to what its upstream holds.</summary>
public static class SyncTasks
{
    public const string Kind = "repository.sync";

    /// <remarks>The repository is its own until the end; of the remote it reads what it says at the beginning.</remarks>
    public static TaskRequest Sync(SyncArguments arguments) => new(
        Kind,
        TaskJson.Write(arguments),
        [Reservation.Of(ResourceKind.Repository, arguments.Repository)],
        arguments.Remote is { } remote ? [Reservation.Of(ResourceKind.Remote, remote)] : []);
}

/// <param name="Repository">The repository to change.</param>
/// <param name="Remote">Where its content comes from; null for the remote that the repository names when it begins.</param>
/// <param name="Mirror">True where it is to hold nothing else afterwards.</param>
/// <param name="SignedOnly">True where only signed images are taken.</param>
/// <param name="Strict">True where nothing is changed unless everything could be brought.</param>
public sealed record SyncArguments(Guid Repository, Guid? Remote, bool Mirror, bool SignedOnly, bool Strict = false);
