using OrleansRegistry.Access;
using OrleansRegistry.Oci;
using OrleansRegistry.Repositories;

namespace OrleansRegistry.Signing;

/// <summary>What somebody wants signed, as far as permission depends on it.</summary>
/// <param name="Service">Who is to sign.</param>
/// <param name="Name">The image, as clients name it, with or without tag or digest.</param>
/// <param name="Host">How this registry is known.</param>
/// <param name="Repository">The repository that is signed, or null.</param>
/// <param name="Manifest">The manifest that is signed outside of any, or null.</param>
public sealed record WantedSignature(
    Guid Service, string Name, string Host, Guid? Repository = null, Guid? Manifest = null);

/// <summary>Whether somebody may have a service sign a name. Always read from the catalogue.</summary>
public sealed class SigningGate(
    ISigningServiceStore services, IRepositoryStore repositories, ISignableReader signable, IUserStore users)
{
    /// <summary>The same in a task: for whoever asked for it, as he is now.</summary>
    /// <param name="wanted">What is wanted.</param>
    /// <param name="createdBy">The user; null where nobody had to say who he is.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="ProblemException">He may not.</exception>
    public async Task RequireAsync(
        WantedSignature wanted, Guid? createdBy, CancellationToken cancellationToken = default) =>
        await RequireAsync(wanted, await CallerAsync(createdBy, cancellationToken), cancellationToken);

    /// <exception cref="ProblemException">The caller may not use it, or it does not sign that name.</exception>
    public async Task RequireAsync(
        WantedSignature wanted, Caller caller, CancellationToken cancellationToken = default)
    {
        var service = await services.FindAsync(wanted.Service, cancellationToken)
            ?? throw new ProblemException(
                ProblemKind.NameUnknown, "The signing service does not exist any more.", wanted.Service.ToString());
        if (!ImageReference.TryParse(wanted.Name, out var image))
            throw new ProblemException(
                ProblemKind.SignatureInvalid, $"'{wanted.Name}' is no name that a client can pull by.", wanted.Name);
        if (!service.Rights.Admit(caller, image, wanted.Host))
            throw new ProblemException(
                ProblemKind.Denied,
                $"You may not have the signing service '{service.Name}' sign '{wanted.Name}'. Ask an administrator to "
                + "name you, your role or the namespace with the service.",
                service.Name);
        var prefixes = service.Rights.ReferencePrefixes is { Count: > 0 } named
            ? named
            : [.. (await BasePathsAsync(wanted, cancellationToken)).Select(path => $"{wanted.Host}/{path}")];
        if (!prefixes.Any(image.IsOrIsBelow))
            throw new ProblemException(
                ProblemKind.SignatureInvalid,
                $"The signing service '{service.Name}' does not sign '{wanted.Name}': "
                + (prefixes.Count == 0
                    ? "no distribution serves that content, and it names no reference_prefixes."
                    : $"it signs {SomeNames.Of(prefixes)}, and what is below.")
                + " An administrator can name others in its reference_prefixes.",
                service.Name);
    }

    /// <summary>Whether somebody may have a service sign whatever comes into a repository.</summary>
    /// <param name="wish">Who signs, and as what host.</param>
    /// <param name="repository">The repository; null for one that is not there yet.</param>
    /// <param name="names">The base paths that serve it.</param>
    /// <param name="caller">Who wants it.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="ProblemException">The caller may not use it, or it does not sign one of those names.</exception>
    public async Task RequireAsync(
        SignOnPush wish, Guid? repository, IReadOnlyList<string> names, Caller caller,
        CancellationToken cancellationToken = default)
    {
        foreach (var name in names)
            await RequireAsync(
                new(wish.Service, $"{wish.Host}/{name}", wish.Host, Repository: repository), caller, cancellationToken);
        if (names.Count == 0
            && await services.FindAsync(wish.Service, cancellationToken) is { } service
            && !service.Rights.AdmitAnywhere(caller))
            throw new ProblemException(
                ProblemKind.Denied,
                $"You may not have the signing service '{service.Name}' sign just any name, and no distribution says yet which "
                + "name it would be. Create the distribution first, or ask an administrator to name you or your role with the "
                + "service.",
                service.Name);
    }

    /// <summary>The same in a task.</summary>
    /// <inheritdoc cref="RequireAsync(WantedSignature, Guid?, CancellationToken)"/>
    public async Task RequireAsync(
        SignOnPush wish, Guid repository, IReadOnlyList<string> names, CancellationToken cancellationToken = default) =>
        await RequireAsync(wish, repository, names, await CallerAsync(wish.By, cancellationToken), cancellationToken);

    private Task<IReadOnlyList<string>> BasePathsAsync(WantedSignature wanted, CancellationToken cancellationToken) =>
        wanted switch
        {
            { Repository: { } repository } => repositories.BasePathsOfAsync(repository, cancellationToken),
            { Manifest: { } manifest } => signable.BasePathsOfAsync(manifest, cancellationToken),
            _ => Task.FromResult<IReadOnlyList<string>>([]),
        };

    private async Task<Caller> CallerAsync(Guid? createdBy, CancellationToken cancellationToken) =>
        createdBy is not { } user ? Caller.Unquestioned
        : await users.FindCallerAsync(user, cancellationToken) is { } caller ? caller
        : throw new ProblemException(
            ProblemKind.Denied, "Who asked for the signatures is no user any more, or not an active one.");
}
