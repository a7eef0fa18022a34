using OrleansRegistry.Distributions;
using OrleansRegistry.Oci;

namespace OrleansRegistry.Access;

/// <summary>Who may do what to which repository.</summary>
internal sealed class Permissions(IPublicNames names, TimeProvider clock)
{
    private readonly RecentAnswers<RepositoryName, bool> _public = new(clock, name => names.ContainsAsync(name));

    /// <summary>
    /// By role, by the namespace of one's own name, or because everybody may; and where a token came, only what it says of
    /// that: it narrows what its owner may do now, and gives nothing else.
    /// </summary>
    public async ValueTask<bool> AllowAsync(
        Identity identity, RepositoryName name, RepositoryAction action, CancellationToken cancellationToken) =>
        (identity.Token is not { } token || token.Any(scope => scope.Allows(name.ToString(), action)))
        && (Allows(identity.Caller, name, action)
            || (action is RepositoryAction.Pull && await IsPublicAsync(name, identity.IsRecent, cancellationToken)));

    /// <inheritdoc cref="AllowAsync(Identity, RepositoryName, RepositoryAction, CancellationToken)"/>
    public ValueTask<bool> AllowAsync(
        Caller caller, RepositoryName name, RepositoryAction action, CancellationToken cancellationToken) =>
        AllowAsync(new Identity(caller), name, action, cancellationToken);

    /// <summary>Which names the caller sees in a list.</summary>
    public static CatalogReader ReaderOf(Identity identity) =>
        new(identity.Caller.Role >= Role.Reader, identity.Caller.Name);

    private static bool Allows(Caller caller, RepositoryName name, RepositoryAction action) =>
        caller.Role >= action.Least || caller.Owns(name);

    private async ValueTask<bool> IsPublicAsync(
        RepositoryName name, bool isRecent, CancellationToken cancellationToken) => isRecent
            ? await _public.GetAsync(name, cancellationToken)
            : await names.ContainsAsync(name, cancellationToken);
}
