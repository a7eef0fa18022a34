using Microsoft.AspNetCore.Http;
using OrleansRegistry.Access;
using OrleansRegistry.Resources;
using OrleansRegistry.Tasks;
using TaskRequest = OrleansRegistry.Tasks.TaskRequest;

namespace OrleansRegistry.Management;

/// <summary>Sends work off as tasks, in the caller's name and with the request's correlation id.</summary>
internal sealed class Dispatch(ITaskDispatcher dispatcher, IHttpContextAccessor accessor)
{
    // Of what clients send; it is indexed.
    private const int MaxCorrelation = 255;

    // Source: Pulp's REST: asynchronous operations.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>202 with the task.</summary>
    public async Task<IResult> SendAsync(TaskRequest request) => PulpJson.Accepted(await DispatchAsync(request));

    /// <summary>A task beside an answer of its own.</summary>
    public Task BesideAsync(TaskRequest request) => DispatchAsync(request);

    /// <summary>202 with a task that changes some things, and only reads others.</summary>
    public Task<IResult> SendAsync<TArguments>(
        string kind, TArguments arguments, Reservation[] changed, params Reservation[] read) =>
        SendAsync(new TaskRequest(kind, TaskJson.Write(arguments), changed, read));

    /// <summary>
    /// The same for work of a moment: the task has ended when this answers, unless something stands in its way. Clients
    /// that send one change after the other count on it.
    /// </summary>
    public async Task<IResult> SettleAsync<TArguments>(
        string kind, TArguments arguments, Reservation[] changed, params Reservation[] read)
    {
        var task = await DispatchAsync(new(kind, TaskJson.Write(arguments), changed, read));
        await dispatcher.SettleAsync(task, Patience);
        return PulpJson.Accepted(task);
    }

    /// <summary>202 with a task that changes the settings of that resource, and has usually ended.</summary>
    public Task<IResult> UpdateAsync<TArguments>(string kind, TArguments arguments, ResourceKind changed, Guid id) =>
        SettleAsync(kind, arguments, [Reservation.Of(changed, id)]);

    /// <summary>202 with a task that changes that resource.</summary>
    public Task<IResult> ChangeAsync<TArguments>(string kind, TArguments arguments, ResourceKind changed, Guid id) =>
        SendAsync(kind, arguments, [Reservation.Of(changed, id)]);

    private Task<Guid> DispatchAsync(TaskRequest request)
    {
        var context = accessor.HttpContext!;
        return dispatcher.DispatchAsync(request with
        {
            CreatedBy = context.Caller.User,
            CorrelationId = Correlation.Of(context) is var id && id.Length > MaxCorrelation ? id[..MaxCorrelation] : id,
        });
    }
}
