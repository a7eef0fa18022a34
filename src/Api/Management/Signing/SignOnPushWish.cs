using OrleansRegistry.Access;
using OrleansRegistry.Repositories;
using OrleansRegistry.Resources;
using OrleansRegistry.Signing;

namespace OrleansRegistry.Management;

/// <summary>The wish that a service signs what comes into a repository: whoever says it answers for it.</summary>
internal sealed class SignOnPushWish(SigningHost host, SigningGate gate, ISignOnPushStore store)
{
    public const string Field = "sign_on_push";

    /// <summary>The settings with that wish, if the request says it.</summary>
    /// <param name="values">The request.</param>
    /// <param name="repository">The repository; null for a new one.</param>
    /// <param name="before">The wish that there is, or null.</param>
    /// <param name="wanted">The settings.</param>
    /// <param name="caller">Who says it.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="RefusedException">The caller may not have that service sign the repository's names.</exception>
    public async Task<RepositorySettings> ApplyAsync(
        BodyValues values, Guid? repository, SignOnPush? before, RepositorySettings wanted, Caller caller,
        CancellationToken cancellationToken)
    {
        if (!values.Has(Field))
            return wanted;
        if (values.Get<ResourceReference?>(Field, null) is not { } service)
            return wanted with { SignOnPush = null };
        var wish = new SignOnPush(service.Id, caller.User, host.Get());
        try
        {
            if (wish != before)
                await gate.RequireAsync(
                    wish, repository, repository is { } id ? await store.NamesAsync(id, cancellationToken) : [], caller,
                    cancellationToken);
            return wanted with { SignOnPush = wish };
        }
        catch (ProblemException refusal)
        {
            return before?.Service == service.Id
                ? wanted with { SignOnPush = before } // another one's wish, said once more
                : throw RefusedException.Field(Field, refusal.Message);
        }
    }
}
