using Microsoft.AspNetCore.Http;
using OrleansRegistry.Lists;
using OrleansRegistry.Repositories;
using OrleansRegistry.Resources;

namespace OrleansRegistry.Management;

/// <summary>
/// One action on a repository, declared: <c>POST …/&lt;id&gt;/&lt;name&gt;/</c> is checked now, and its change made by a
/// task.
/// </summary>
/// <param name="Name">The last part of its address, and the end of its operation's id.</param>
/// <param name="Body">What it takes.</param>
/// <param name="ReadAsync">
/// The change that a request asks for, or a <see cref="RefusedException"/> for what can be told already.
/// </param>
internal sealed record ContentAction(
    string Name, Body Body, Func<ActionRequest, Task<RepositoryChange>> ReadAsync);

/// <summary>One request for an action, read.</summary>
/// <param name="Repository">The repository to change.</param>
/// <param name="Values">The body.</param>
/// <param name="Checks">What may be asked.</param>
/// <param name="Token">Ends the wait.</param>
internal sealed record ActionRequest(
    RepositoryRecord Repository, BodyValues Values, ActionChecks Checks, CancellationToken Token);

/// <summary>The addresses of the actions on repositories.</summary>
internal static class ContentActions
{
    private static IEnumerable<ContentAction> All =>
        [.. UnitActions.All, .. TagActions.All, .. CopyActions.All, .. RemovalActions.All, VersionActions.RollBack];

    public static void MapActions(this OperationMap operations)
    {
        foreach (var action in All)
            operations.Map(
                Operation.Async(
                    $"repositories_container_container_{action.Name}", "POST",
                    $"{Address.Parameter(ResourceKind.Repository)}{action.Name}/", action.Body),
                (Guid id, HttpContext http, IListing<RepositoryRecord> repositories, References references,
                    ActionChecks checks, Dispatch dispatch, CancellationToken cancellationToken) =>
                    RunAsync(id, action, http, repositories, references, checks, dispatch, cancellationToken));
        operations.MapVersionActions();
    }

    private static async Task<IResult> RunAsync(
        Guid id, ContentAction action, HttpContext http, IListing<RepositoryRecord> repositories,
        References references, ActionChecks checks, Dispatch dispatch, CancellationToken cancellationToken)
    {
        var repository = await repositories.GetAsync(id, cancellationToken);
        var values = await action.Body.ReadAsync(http.Request, references, cancellationToken);
        var change = await action.ReadAsync(new(repository, values, checks, cancellationToken));
        return await dispatch.SendAsync(RepositoryTasks.Change(id, change));
    }
}
