using OrleansRegistry.Oci;
using OrleansRegistry.Resources;
using OrleansRegistry.Tasks;

namespace OrleansRegistry.Signing;

/// <summary>Tasks that sign: the handler, its arguments and what is reserved.</summary>
/// <remarks>
/// Signing only reads its repository until it commits: tasks that change the repository come before or after it, but
/// others that sign run beside it, and pushes are held up by none.
/// </remarks>
public static class SigningTasks
{
    public const string SignKind = "repository.sign";
    public const string SignManifestKind = "manifest.sign";

    public const string SignNewTagsKind = "signing.new-tags";

    public static TaskRequest Sign(SignArguments arguments) => new(
        SignKind,
        TaskJson.Write(arguments),
        [],
        [
            Reservation.Of(ResourceKind.Repository, arguments.Repository),
            Reservation.Of(ResourceKind.SigningService, arguments.Service),
        ]);

    /// <summary>Signs what came into a repository. Of these, a repository has one at a time.</summary>
    public static TaskRequest SignNewTags(Guid repository, Guid service, Guid? by) => new(
        SignNewTagsKind,
        TaskJson.Write(new SignNewTagsArguments(repository)),
        [new Reservation.Work("sign-on-push", repository)],
        [
            Reservation.Of(ResourceKind.Repository, repository),
            Reservation.Of(ResourceKind.SigningService, service),
        ],
        by);

    /// <summary>Signs one manifest outside of any repository.</summary>
    public static TaskRequest SignManifest(SignManifestArguments arguments) => new(
        SignManifestKind,
        TaskJson.Write(arguments),
        [],
        [Reservation.Of(ResourceKind.SigningService, arguments.Service)]);
}

/// <param name="Repository">The repository whose newest version is signed.</param>
/// <param name="Service">Who signs.</param>
/// <param name="Name">Host and base path: references begin with it.</param>
/// <param name="Tags">Names of tags, with wildcards; null for all where no manifests are named either.</param>
/// <param name="Manifests">Further manifests, or null.</param>
/// <param name="Force">Signs again what is signed.</param>
/// <param name="AllOrNothing">Adds nothing unless everything could be signed.</param>
/// <param name="Host">How this registry is known.</param>
/// <param name="Untagged">Signs by its digest whatever no tag reaches, too.</param>
public sealed record SignArguments(
    Guid Repository,
    Guid Service,
    string Name,
    string[]? Tags,
    Digest[]? Manifests,
    bool Force,
    bool AllOrNothing,
    string Host,
    bool Untagged = false);

/// <param name="Repository">The repository whose new tags are signed.</param>
public sealed record SignNewTagsArguments(Guid Repository);

public sealed record SignManifestArguments(Guid Manifest, Guid Service, string Reference, bool Force, string Host);

/// <summary>The task that deletes a signing service.</summary>
public sealed record SigningServiceDeletion(Guid Id)
{
    public const string Kind = "signing-service.delete";
}
