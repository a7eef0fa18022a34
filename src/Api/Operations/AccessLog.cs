using System.Buffers;
using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace OrleansRegistry.Operations;

/// <summary>
/// One line to standard output for each request. Requests do not wait for it: lines that the output does not take in time
/// are counted and left out.
/// </summary>
internal sealed class AccessLog(AccessLogFormat format, TimeProvider clock) : BackgroundService
{
    private const int MostWaiting = 16 * 1024;

    // A pipe takes so much at once without mixing it with what others write.
    private const int MostAtOnce = 4096;

    private readonly Channel<AccessLine> _lines = Channel.CreateBounded<AccessLine>(
        new BoundedChannelOptions(MostWaiting) { SingleReader = true, FullMode = BoundedChannelFullMode.Wait });

    public async Task WriteAsync(HttpContext context, RequestDelegate next)
    {
        if (context.Request.Path.StartsWithSegments("/health", StringComparison.Ordinal))
        {
            await next(context); // balancers ask every second; nobody wants to read it
            return;
        }

        var started = clock.GetTimestamp();
        try
        {
            await next(context);
        }
        finally
        {
            if (!_lines.Writer.TryWrite(AccessLine.Of(context, clock.GetUtcNow(), clock.GetElapsedTime(started))))
                Measures.AccessLinesLost.Add(1);
        }
    }

    public override Task StopAsync(CancellationToken cancellationToken)
    {
        _lines.Writer.TryComplete();
        return base.StopAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await using var output = Console.OpenStandardOutput();
        var (line, block) = (new ArrayBufferWriter<byte>(), new ArrayBufferWriter<byte>(MostAtOnce));
        while (await _lines.Reader.WaitToReadAsync(CancellationToken.None))
        {
            while (_lines.Reader.TryRead(out var next))
            {
                line.ResetWrittenCount();
                next.WriteTo(line, format);
                if (block.WrittenCount + line.WrittenCount > MostAtOnce)
                    await FlushAsync();
                block.Write(line.WrittenSpan);
            }

            await FlushAsync();
        }

        async Task FlushAsync()
        {
            await output.WriteAsync(block.WrittenMemory, CancellationToken.None);
            block.ResetWrittenCount();
        }
    }
}

/// <summary>Where requests are written down.</summary>
public static class AccessLogging
{
    public static IServiceCollection AddAccessLog(this IServiceCollection services, AccessLogFormat format)
    {
        if (format is AccessLogFormat.Off)
            return services;
        services.AddSingleton(provider => new AccessLog(format, provider.GetRequiredService<TimeProvider>()));
        services.AddHostedService(provider => provider.GetRequiredService<AccessLog>());
        return services;
    }

    /// <summary>Must see each request first, and its answer last.</summary>
    public static void UseAccessLog(this IApplicationBuilder app)
    {
        if (app.ApplicationServices.GetService<AccessLog>() is { } log)
            app.Use(next => context => log.WriteAsync(context, next));
    }
}
