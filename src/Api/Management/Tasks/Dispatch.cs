using Microsoft.AspNetCore.Http;
using OrleansRegistry.Access;
using OrleansRegistry.Resources;
using OrleansRegistry.Tasks;
using TaskRequest = OrleansRegistry.Tasks.TaskRequest;

namespace OrleansRegistry.Management;

/// <summary>Sends work off as tasks, in the caller's name and with the request's correlation id.</summary>
internal sealed class Dispatch(ITaskDispatcher dispatcher, IHttpContextAccessor accessor)
{
    public const string Create = "pulpcore.app.tasks.base.general_create";
    public const string Update = "pulpcore.app.tasks.base.ageneral_update";
    public const string Delete = "pulpcore.app.tasks.base.ageneral_delete";
    public const string DeleteMany = "pulpcore.app.tasks.base.general_multi_delete";

    /// <summary>202 with the task.</summary>
    public async Task<IResult> SendAsync(TaskRequest request)
    {
        var context = accessor.HttpContext!;
        return PulpJson.Accepted(await dispatcher.DispatchAsync(request with
        {
            CreatedBy = context.Caller.Href,
            CorrelationId = Correlation.Of(context),
        }));
    }

    /// <summary>202 with a task that changes some things, and only reads others.</summary>
    public Task<IResult> SendAsync<TArguments>(
        string name, string kind, TArguments arguments, string[] changed, params string[] read) =>
        SendAsync(new TaskRequest(name, kind, TaskJson.Write(arguments), changed, read));

    /// <summary>202 with a task that changes that resource.</summary>
    public Task<IResult> ChangeAsync<TArguments>(
        string name, string kind, TArguments arguments, ResourceKind changed, Guid id) =>
        SendAsync(name, kind, arguments, [Address.Prn(changed, id)]);
}
